import assert from "node:assert/strict";
import {
  cloudConfigurationsPath,
  containerPath,
  dataSourcePath,
  folderPath,
  parsePath,
} from "../../../provider/aem/paths";

describe("paths of a data source", () => {
  const containers = [
    ["global", "/conf/global"],
    ["acme/emea", "/conf/acme/emea"],
    ["/conf/acme/emea", "/conf/acme/emea"],
    ["conf", "/conf/conf"],
  ] as const;
  for (const [container, path] of containers) {
    it(`the container ${container} is ${path}, and its data sources stand below it`, () => {
      assert.equal(containerPath(container), path);
      assert.equal(cloudConfigurationsPath(container), `${path}/settings/cloudconfigs`);
      assert.equal(folderPath(container), `${path}/settings/cloudconfigs/fdm`);
      assert.equal(dataSourcePath(container, "crm"), `${path}/settings/cloudconfigs/fdm/crm`);
    });
  }

  it("tell their container and name", () => {
    assert.deepEqual(parsePath("/conf/acme/emea/settings/cloudconfigs/fdm/crm"), {
      container: "acme/emea",
      name: "crm",
    });
  });

  const others = [
    "",
    "/conf/global/settings/cloudconfigs/fdm",
    "/conf/global/settings/cloudconfigs/fdm/",
    "/conf/global/settings/cloudconfigs/fdm/crm/jcr:content",
    "/conf/settings/cloudconfigs/fdm/crm",
    "/conf/global/settings/cloudconfigs/recaptcha/crm",
    "/etc/cloudservices/fdm/crm",
    "/content/conf/global/settings/cloudconfigs/fdm/crm",
    "crm",
  ];
  for (const path of others) {
    it(`are not read from "${path}"`, () => {
      assert.equal(parsePath(path), undefined);
    });
  }
});
