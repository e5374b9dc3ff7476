import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/, error: 'http://host… or https://host…' });
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export const alertsSchema = z
  .strictObject({
    webhook: httpUrl
      .optional()
      .describe(
        "receiver of alerts in the format of Alertmanager's POST /api/v2/alerts; a URL without a path is that of an Alertmanager. Without one, alerts are events, metrics and on the page only",
      ),
    resendMs: z
      .number()
      .int()
      .min(1000)
      .max(3_600_000)
      .default(60_000)
      .describe('what fires is told again so often; after four times as long without news it has ended'),
    timeoutMs: z
      .number()
      .int()
      .min(100)
      .max(60_000)
      .default(10_000)
      .describe('a receiver that has not answered by then is tried again'),
    labels: z
      .record(z.string().regex(LABEL, 'names of letters, digits and _'), z.string().max(1000))
      .default({})
      .describe('added to the labels of each alert, as a cluster; those of the alert itself come first'),
    generatorUrl: httpUrl.optional().describe('where the page is to be found, for people who get an alert'),
  })
  .describe('who is told when something is not as it should be');
