/** Where a data source lives below `/conf` (aem.md §1.1). */

/** `global`, `acme/emea` or `/conf/acme/emea` → `/conf/acme/emea`. */
export function containerPath(container: string): string {
  return container.startsWith("/conf/") ? container : `/conf/${container}`;
}

/** The folder that exists once "Cloud Configurations" is switched on for the container. */
export function cloudConfigurationsPath(container: string): string {
  return `${containerPath(container)}/settings/cloudconfigs`;
}

/** The folder of all data sources of a container. */
export function folderPath(container: string): string {
  return `${cloudConfigurationsPath(container)}/fdm`;
}

export function dataSourcePath(container: string, name: string): string {
  return `${folderPath(container)}/${name}`;
}

/** The way back: container and name of a data source's path; undefined when it is no such path. */
export function parsePath(path: string): { container: string; name: string } | undefined {
  const match = /^\/conf\/([\w-]+(?:\/[\w-]+)*)\/settings\/cloudconfigs\/fdm\/([\w-]+)$/.exec(path);
  return match?.[1] && match[2] ? { container: match[1], name: match[2] } : undefined;
}
