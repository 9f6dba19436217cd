/** POSIX sh: which verb it is. */
export const VERBS = `id=$1 d=$spool/$1; [ $verb != expire ] || id=- d=$spool
case $verb in
  start) shift; start_step "$@" ;;
  follow) answer "$2" "$3" 2 ;;
  stop) stop_step "$2" ;;
  expire) expire "$1" ;;
esac
exit 0`;
