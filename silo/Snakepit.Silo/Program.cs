using System.CommandLine;
using Snakepit.Silo.Commands;

var root = new RootCommand("Snakepit: pools of supervised Python workers behind Orleans.")
{
    ServeCommand.Create(),
    CallCommand.Create(),
    StatusCommand.Create(),
    RecycleCommand.Create(),
    ChaosCommand.Create(),
    SetupCommand.Create(),
    CleanupCommand.Create(),
    ConfigCommand.Create(),
};
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
