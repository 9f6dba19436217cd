import { App, HTTPReceiver, type Logger, type Receiver, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import { callOptions } from './client.ts';
import type { Reply } from './ears.ts';

/** Most bytes of a request. */
const BODY_MOST = 1_048_576;

/** Takes what a receiver of bolt's hears. Rejects when it must not be acknowledged. */
export type Take = (body: unknown) => Promise<Reply>;

/** Bolt acknowledges events before anything has come of them; this one does when they are safe, or not at all. */
class Door extends App {
  readonly #take: Take;

  constructor(receiver: Receiver, logger: Logger, take: Take) {
    super({ receiver, logger, authorize: async () => ({}), convoStore: false, ignoreSelf: false });
    this.#take = take;
  }

  override async processEvent({ body, ack }: ReceiverEvent): Promise<void> {
    await ack(await this.#take(body));
  }
}

/** A connection over which Slack sends everything, with no address of ours. It connects when it is started, and does not reconnect by itself. */
export function socketReceiver(appToken: string, logger: Logger, apiUrl: string | undefined, take: Take): SocketModeReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false, // it waits 5 s, and a failure while it tries again is a rejection that nobody handles
    installerOptions: { clientOptions: callOptions(logger, apiUrl) },
    processEventErrorHandler: async ({ error }) => {
      logger.warn('not acknowledged:', error.message);
      return false;
    },
  });
  new Door(receiver, logger, take);
  return receiver;
}

/** A server that Slack calls with signed requests; the receiver refuses bad signatures and what is older than five minutes (401). */
export function httpReceiver(signingSecret: string, logger: Logger, take: Take): HTTPReceiver {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger,
    bodyLimit: BODY_MOST,
    unhandledRequestHandler: ({ response }) => refuse(response),
    processEventErrorHandler: async ({ error, response }) => {
      logger.warn('not acknowledged:', error.message);
      refuse(response);
      return false;
    },
  });
  new Door(receiver, logger, take);
  return receiver;
}

/** Slack sends an event again that was answered with an error. */
function refuse(response: { readonly headersSent: boolean; writeHead(status: number): { end(): unknown } }): void {
  if (!response.headersSent) response.writeHead(503).end();
}
