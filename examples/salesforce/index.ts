import * as pulumi from "@pulumi/pulumi";
import { RestDataSource, salesforce } from "pulumi-aem-datasource";

const config = new pulumi.Config();

const crm = new RestDataSource("salesforce", {
  container: "global",
  title: config.get("title") ?? "Salesforce",
  swagger: new pulumi.asset.FileAsset("salesforce.swagger.json"),
  oauth2: {
    clientId: config.require("consumerKey"),
    clientSecret: config.requireSecret("consumerSecret"),
    tokenUrl: salesforce.tokenUrl(config.require("myDomain")),
  },
});

// Never the whole resource: it carries the secret.
export const path = crm.path;
