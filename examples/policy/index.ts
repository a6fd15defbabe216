import { PolicyPack, type StackValidationPolicy } from "@pulumi/policy";
import {
  allowedHostsSet,
  lastVerdictIssued,
  publishOn,
  type Rule,
  type Settings,
  secretNotOld,
  tokenCheckOn,
  violations,
} from "./rules";

/** Each policy has settings of its own: that is how `--policy-pack-config` hands them over. */
const STACKS = { type: "array", items: { type: "string" }, default: ["prod", "prod-*", "*-prod"] } as const;
const DAYS = { type: "integer", minimum: 1, default: 90 } as const;

/** On the whole stack, because what a write left behind is known there only; a policy of one resource sees its inputs. */
function policy(name: string, description: string, rule: Rule, properties = {}): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    configSchema: { properties: { stacks: STACKS, ...properties } },
    validateStack: (args, report) => {
      const around = { environment: process.env, now: new Date() };
      for (const { message, urn } of violations(rule, args.resources, args.getConfig<Settings>(), around)) {
        report(message, urn);
      }
    },
  };
}

new PolicyPack("aem-datasource", {
  policies: [
    policy("token-check-on", "A refused client secret stops the preview.", tokenCheckOn),
    policy("last-verdict-issued", "The token check at the last write ended with a token.", lastVerdictIssued),
    policy("allowed-hosts-set", "Credentials go to listed hosts only.", allowedHostsSet),
    policy("publish-on", "Forms on publish see the data source.", publishOn),
    policy("secret-not-old", "The client secret is rotated.", secretNotOld, { days: DAYS }),
  ],
});
