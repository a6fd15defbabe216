/** How a data source stands in a state. Frozen by the first release: old states are found by it. */

/** The type token of the resource. */
export const TYPE = "pulumi-nodejs:dynamic/aem-datasource:RestDataSource";

/**
 * The address under which the state finds this package's code, for ever. Constant, so that nothing is serialised: no
 * path, no secret, no difference after an upgrade. Everything that can go wrong with it is one line.
 */
export const PROVIDER =
  'exports.handler=()=>{try{return require("pulumi-aem-datasource/provider")}catch(e){if(e.code!="MODULE_NOT_FOUND")throw e;' +
  'throw Object.assign(Error("pulumi-aem-datasource is missing: run npm install in the program\'s folder"),{stack:""})}}';
