import * as pulumi from "@pulumi/pulumi";
import { RestDataSource, salesforce } from "pulumi-aem-datasource";

// What differs between the stages, and nothing else, stands in their Pulumi.<stage>.yaml.
const config = new pulumi.Config();
const tokenUrl = salesforce.tokenUrl(config.require("myDomain"));

const crm = new RestDataSource("salesforce", {
  container: "global",
  title: "Salesforce",
  swagger: new pulumi.asset.FileAsset("salesforce.swagger.json"),
  // The file is one for all stages, so it names no org: calls go where the tokens come from.
  serviceEndPoint: new URL("/services/data/v61.0", tokenUrl).href,
  oauth2: {
    clientId: config.require("consumerKey"),
    clientSecret: config.requireSecret("consumerSecret"),
    tokenUrl,
  },
  publish: config.requireBoolean("publish"),
});

export const path = crm.path;
