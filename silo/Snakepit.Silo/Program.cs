using System.CommandLine;
using System.Runtime.CompilerServices;
using Snakepit.Core.Processes;
using Snakepit.Silo.Commands;
using Snakepit.Workers.Files;

// Before anything else is loaded: every library is an open file.
if (args is ["serve" or "dev", ..] && OpenFiles.Limit is { } limit && FileBudget.StartFlaw(limit) is { } flaw)
{
    Console.Error.WriteLine($"snakepit: {flaw}");
    return ExitCodes.BadConfiguration;
}

return RunAsync(args).GetAwaiter().GetResult();

[MethodImpl(MethodImplOptions.NoInlining)]
static Task<int> RunAsync(string[] args)
{
    var root = new RootCommand("Snakepit: pools of supervised Python workers behind Orleans.")
    {
        ServeCommand.Create(),
        DevCommand.Create(),
        CallCommand.Create(),
        StatusCommand.Create(),
        SilosCommand.Create(),
        WorkersCommand.Create(),
        ToolsCommand.Create(),
        StackCommand.Create(),
        LogsCommand.Create(),
        LogLevelCommand.Create(),
        ProfileCommand.Create(),
        SessionsCommand.Create(),
        RecycleCommand.Create(),
        ScaleCommand.Create(),
        DrainCommand.Create(),
        DrainCommand.CreateResume(),
        ChaosCommand.Create(),
        SetupCommand.Create(),
        DoctorCommand.Create(),
        HardwareCommand.Create(),
        GenCommand.Create(),
        CleanupCommand.Create(),
        ConfigCommand.Create(),
        DatabaseCommand.Create(),
        KeyCommand.Create(),
        CertificateCommand.Create(),
        CompletionCommand.Create(),
    };
    Examples.Show(root);
    return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
}
