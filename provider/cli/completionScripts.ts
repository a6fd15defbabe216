/**
 * What a shell runs to complete the words of the command: it asks the command itself, by `aem-datasource complete`, so
 * that the scripts know no word of it. Where that has nothing to say, files are offered.
 */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_aem_datasource() {
  local word about
  COMPREPLY=()
  while IFS=$'\\t' read -r word about; do
    COMPREPLY+=("$word")
  done < <(aem-datasource complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _aem_datasource aem-datasource
`,
  zsh: `#compdef aem-datasource
_aem_datasource() {
  local -a found
  local word about
  while IFS=$'\\t' read -r word about; do
    found+=("\${word//:/\\\\:}:$about")
  done < <(aem-datasource complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe aem-datasource found; else _files; fi
}
compdef _aem_datasource aem-datasource
`,
  fish: `function __aem_datasource
  set -l found (aem-datasource complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c aem-datasource -f -a '(__aem_datasource)'
`,
};
