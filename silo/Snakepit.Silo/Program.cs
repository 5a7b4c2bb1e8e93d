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
    CommandTable.Prepare(args.FirstOrDefault(""));
    return CommandRun.RunAsync(CommandTree.Create().Parse(args));
}
