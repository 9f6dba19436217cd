import { type Logger, webApi } from '@slack/bolt';

/** Longest that one call of Slack's API may take. Milliseconds. */
const CALL_MS = 10_000;

/** How Slack's API is called: once, and whoever called decides what comes after. */
export function callOptions(logger: Logger, apiUrl: string | undefined): webApi.WebClientOptions {
  return { logger, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, timeout: CALL_MS, ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }) };
}

/** A client of Slack's API. */
export function clientOf(token: string, logger: Logger, apiUrl: string | undefined): webApi.WebClient {
  return new webApi.WebClient(token, callOptions(logger, apiUrl));
}
