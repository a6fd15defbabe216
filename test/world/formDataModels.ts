import type { AemEmulator } from "./aemEmulator";

/** Where AEM keeps form data models. */
export const MODELS = "/content/dam/formsanddocuments-fdm";

export interface FormDataModel {
  /** Names of the data sources that it is bound to. */
  readonly uses: readonly string[];
  /** `cq:conf`; undefined where the model itself names no container. */
  readonly conf?: string;
  /** Default "REST". */
  readonly type?: string;
}

/** Somebody makes a form data model below MODELS, as AEM stores one; answers with its path. */
export function addFormDataModel(aem: AemEmulator, name: string, { uses, conf, type = "REST" }: FormDataModel): string {
  const path = `${MODELS}/${name}`;
  aem.addNode(path, "dam:Asset");
  aem.addNode(`${path}/jcr:content`, "dam:AssetContent", { "cq:conf": conf, type: "formdatamodel" });
  for (const [index, source] of uses.entries()) {
    const properties = { configurationPath: source, dataSourceType: type };
    aem.addNode(`${path}/jcr:content/sources/source${index + 1}`, "nt:unstructured", properties);
  }
  return path;
}
