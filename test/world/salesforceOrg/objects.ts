import { type DescribedField, type DescribedObject, describedObject } from "../../../provider/salesforce/describe";

/**
 * Objects of the replayed org. Members and their meaning are those that Salesforce documents for sObject Describe, names
 * and lengths of standard fields those of its Object Reference; which of them stand here is our choice.
 */

type Extra = Partial<DescribedField>;

/** A field that anybody may set, change and leave empty. */
function field(name: string, type: string, label: string, extra: Extra = {}): DescribedField {
  return {
    name,
    type,
    label,
    length: 0,
    digits: 0,
    nillable: true,
    createable: true,
    updateable: true,
    defaultedOnCreate: false,
    restrictedPicklist: false,
    picklistValues: [],
    inlineHelpText: null,
    deprecatedAndHidden: false,
    ...extra,
  };
}

const READ_ONLY: Extra = { createable: false, updateable: false };
const REQUIRED: Extra = { nillable: false };
const text = (name: string, label: string, length: number, extra: Extra = {}) => {
  return field(name, "string", label, { length, ...extra });
};
const reference = (name: string, label: string, extra: Extra = {}) => {
  return field(name, "reference", label, { length: 18, ...extra });
};
const picklist = (name: string, label: string, values: readonly string[], extra: Extra = {}) => {
  const picklistValues = values.map((value) => ({ value, active: true }));
  return field(name, "picklist", label, { length: 255, picklistValues, ...extra });
};

/** What Salesforce keeps of every record. */
const SYSTEM: readonly DescribedField[] = [
  field("Id", "id", "Record ID", { ...READ_ONLY, length: 18, nillable: false, defaultedOnCreate: true }),
  field("IsDeleted", "boolean", "Deleted", { ...READ_ONLY, nillable: false, defaultedOnCreate: true }),
  reference("OwnerId", "Owner ID", { nillable: false, defaultedOnCreate: true }),
  field("CreatedDate", "datetime", "Created Date", { ...READ_ONLY, nillable: false, defaultedOnCreate: true }),
  field("LastModifiedDate", "datetime", "Last Modified Date", {
    ...READ_ONLY,
    nillable: false,
    defaultedOnCreate: true,
  }),
];

function object(name: string, label: string, fields: readonly DescribedField[]): DescribedObject {
  const all = { createable: true, updateable: true, deletable: true, queryable: true, retrieveable: true };
  return describedObject.parse({ name, label, ...all, fields: [...SYSTEM, ...fields] });
}

const lead = () =>
  object("Lead", "Lead", [
    text("LastName", "Last Name", 80, REQUIRED),
    text("FirstName", "First Name", 40),
    picklist("Salutation", "Salutation", ["Mr.", "Ms.", "Dr."]),
    text("Name", "Full Name", 121, { ...READ_ONLY, nillable: false }),
    text("Title", "Title", 128),
    text("Company", "Company", 255, REQUIRED),
    text("Street", "Street", 255, { type: "textarea" }),
    text("City", "City", 40),
    text("PostalCode", "Zip/Postal Code", 20),
    text("Country", "Country", 80),
    field("Address", "address", "Address", READ_ONLY),
    text("Phone", "Phone", 40, { type: "phone" }),
    text("Email", "Email", 80, { type: "email" }),
    text("Website", "Website", 255, { type: "url" }),
    text("Description", "Description", 32000, { type: "textarea" }),
    picklist("LeadSource", "Lead Source", ["Web", "Phone Inquiry", "Partner Referral", "Other"]),
    picklist("Status", "Status", ["Open - Not Contacted", "Working - Contacted"], {
      nillable: false,
      defaultedOnCreate: true,
    }),
    picklist("Rating", "Rating", ["Hot", "Warm", "Cold"]),
    field("AnnualRevenue", "currency", "Annual Revenue"),
    field("NumberOfEmployees", "int", "Employees", { digits: 8 }),
    field("IsConverted", "boolean", "Converted", { updateable: false, nillable: false, defaultedOnCreate: true }),
    field("ConvertedDate", "date", "Converted Date", READ_ONLY),
    picklist("Consent__c", "Consent", ["Given", "Refused"], {
      restrictedPicklist: true,
      inlineHelpText: "What the person said of being written to",
      picklistValues: [
        { value: "Given", active: true },
        { value: "Refused", active: true },
        { value: "Asked by fax", active: false },
      ],
    }),
  ]);

const contact = () =>
  object("Contact", "Contact", [
    reference("AccountId", "Account ID"),
    text("LastName", "Last Name", 80, REQUIRED),
    text("FirstName", "First Name", 40),
    picklist("Salutation", "Salutation", ["Mr.", "Ms.", "Dr."]),
    text("Name", "Full Name", 121, { ...READ_ONLY, nillable: false }),
    text("Title", "Title", 128),
    text("Department", "Department", 80),
    text("Email", "Email", 80, { type: "email" }),
    text("Phone", "Business Phone", 40, { type: "phone" }),
    text("MobilePhone", "Mobile Phone", 40, { type: "phone" }),
    field("Birthdate", "date", "Birthdate"),
    text("MailingStreet", "Mailing Street", 255, { type: "textarea" }),
    text("MailingCity", "Mailing City", 40),
    text("MailingPostalCode", "Mailing Zip/Postal Code", 20),
    text("MailingCountry", "Mailing Country", 80),
    field("MailingAddress", "address", "Mailing Address", READ_ONLY),
    picklist("LeadSource", "Lead Source", ["Web", "Phone Inquiry", "Partner Referral", "Other"]),
    text("Description", "Contact Description", 32000, { type: "textarea" }),
  ]);

const supportCase = () =>
  object("Case", "Case", [
    text("CaseNumber", "Case Number", 30, { ...READ_ONLY, nillable: false, defaultedOnCreate: true }),
    reference("ContactId", "Contact ID"),
    text("Subject", "Subject", 255),
    text("Description", "Description", 32000, { type: "textarea" }),
    picklist("Status", "Status", ["New", "Working", "Closed"], { defaultedOnCreate: true }),
    picklist("Priority", "Priority", ["High", "Medium", "Low"], { defaultedOnCreate: true }),
    picklist("Origin", "Case Origin", ["Email", "Phone", "Web"]),
    text("SuppliedEmail", "Web Email", 80, { type: "email" }),
    field("IsClosed", "boolean", "Closed", { ...READ_ONLY, nillable: false, defaultedOnCreate: true }),
    field("ClosedDate", "datetime", "Closed Date", READ_ONLY),
  ]);

/** Every field type that the others have not. */
const invoice = () =>
  object("Invoice__c", "Invoice", [
    text("Name", "Invoice Number", 80, { ...READ_ONLY, nillable: false, defaultedOnCreate: true }),
    reference("Lead__c", "Lead", { ...REQUIRED, updateable: false }),
    field("Amount__c", "currency", "Amount", REQUIRED),
    field("Discount__c", "percent", "Discount"),
    field("Weight__c", "double", "Weight"),
    field("Serial__c", "long", "Serial"),
    field("DueDate__c", "date", "Due Date"),
    field("CollectAt__c", "time", "Collect At"),
    text("Tags__c", "Tags", 4099, { type: "multipicklist" }),
    text("Unit__c", "Unit", 40, { type: "combobox" }),
    text("Iban__c", "IBAN", 34, { type: "encryptedstring" }),
    field("Place__c", "location", "Place", READ_ONLY),
    field("Scan__c", "base64", "Scan"),
    field("Detail__c", "json", "Detail"),
    field("Any__c", "anyType", "Anything", READ_ONLY),
    field("Whole__c", "complexvalue", "Whole", READ_ONLY),
    field("Odd__c", "quantumstate", "Odd"),
    field("Gone__c", "string", "Gone", { deprecatedAndHidden: true }),
    picklist("State__c", "State", ["Paid", "Open"], { ...REQUIRED, restrictedPicklist: true }),
  ]);

export function objectsOfTheOrg(): Map<string, DescribedObject> {
  return new Map([lead(), contact(), supportCase(), invoice()].map((made) => [made.name, made]));
}

export function textField(name: string, label: string): DescribedField {
  return text(name, label, 80);
}
