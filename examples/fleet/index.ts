import * as pulumi from "@pulumi/pulumi";
import { RestDataSource, salesforce } from "pulumi-aem-datasource";

const config = new pulumi.Config();
const tokenUrl = salesforce.tokenUrl(config.require("myDomain"));

const crm = new RestDataSource("salesforce", {
  container: config.require("container"),
  title: config.get("title") ?? "Salesforce",
  swagger: new pulumi.asset.FileAsset("../salesforce/salesforce.swagger.json"),
  // One Swagger file for all orgs; each stack calls its own.
  serviceEndPoint: new URL("/services/data/v61.0", tokenUrl).href,
  oauth2: {
    clientId: config.require("clientId"),
    clientSecret: config.requireSecret("clientSecret"),
    tokenUrl,
  },
  publish: config.requireBoolean("publish"),
});

export const path = crm.path;
