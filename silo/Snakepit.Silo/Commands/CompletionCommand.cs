using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary>
/// <c>snakepit completion SHELL</c>: prints a script by which the shell completes commands and options. The script asks the program itself,
/// by the directive <c>[suggest:POSITION]</c> of the command line library.
/// </summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # snakepit completion bash: put  source <(snakepit completion bash)  into ~/.bashrc
        _snakepit() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(snakepit "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _snakepit snakepit
        """;

    private const string Zsh = """
        # snakepit completion zsh: put  source <(snakepit completion zsh)  into ~/.zshrc, behind compinit
        _snakepit() {
          local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
          local -a found
          found=(${(f)"$(snakepit "[suggest:${#line}]" "$line" 2>/dev/null)"})
          compadd -a found || _files
        }
        compdef _snakepit snakepit
        """;

    private const string PowerShell = """
        # snakepit completion pwsh: put  snakepit completion pwsh | Out-String | Invoke-Expression  into $PROFILE
        Register-ArgumentCompleter -Native -CommandName snakepit -ScriptBlock {
          param($word, $line, $position)
          snakepit "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["pwsh"] = PowerShell,
        ["powershell"] = PowerShell,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, pwsh or powershell, which are the same" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Print a script by which a shell completes commands and options.") { shell };
        Examples.Add(
            command,
            ("source <(snakepit completion bash)", "in ~/.bashrc"),
            ("source <(snakepit completion zsh)", "in ~/.zshrc, behind compinit"),
            ("snakepit completion pwsh | Out-String | Invoke-Expression", "in $PROFILE"));
        command.SetAction(result =>
        {
            Console.WriteLine(Scripts[result.GetValue(shell)!]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
