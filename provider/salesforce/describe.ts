import { z } from "zod";

/**
 * An object as its org describes it: of `GET /services/data/vNN.0/sobjects/<Object>/describe` what a Swagger file needs.
 * Source: REST API Developer Guide (sObject Describe) and the members of DescribeSObjectResult.
 */

/** As Salesforce lets people name things, with the namespace of a package: nothing in it needs an escape anywhere. */
export const API_NAME = /^[A-Za-z]\w{0,119}$/;

const name = z.string().regex(API_NAME);
const count = z.number().int().nonnegative();

const field = z.object({
  name,
  label: z.string(),
  /** Open: Salesforce adds types. */
  type: z.string(),
  /** Of texts, in characters; 0 for everything else. */
  length: count.default(0),
  /** Of whole numbers, in digits; 0 for everything else. */
  digits: count.default(0),
  nillable: z.boolean(),
  createable: z.boolean(),
  updateable: z.boolean(),
  defaultedOnCreate: z.boolean(),
  restrictedPicklist: z.boolean().default(false),
  picklistValues: z.array(z.object({ value: z.string(), active: z.boolean() })).default([]),
  inlineHelpText: z.string().nullish(),
  deprecatedAndHidden: z.boolean().default(false),
});

export const describedObject = z.object({
  name,
  label: z.string(),
  createable: z.boolean(),
  updateable: z.boolean(),
  deletable: z.boolean(),
  queryable: z.boolean(),
  retrieveable: z.boolean(),
  fields: z.array(field),
});

export type DescribedField = z.infer<typeof field>;
export type DescribedObject = z.infer<typeof describedObject>;

/** `GET /services/data/`: the versions of the API that an org speaks. */
export const versionList = z.array(z.object({ version: z.string().regex(/^\d{1,3}\.0$/) })).min(1);
