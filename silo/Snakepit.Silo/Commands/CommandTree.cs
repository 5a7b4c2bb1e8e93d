using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary>Every command of the program.</summary>
internal static class CommandTree
{
    /// <summary>Makes the root with all commands below it.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Snakepit: pools of supervised Python workers behind Orleans.")
        {
            ServeCommand.Create(),
            DevCommand.Create(),
            CallCommand.Create(),
            BenchCommand.Create(),
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
        Examples.Add(
            root,
            ("snakepit gen adapter text_tools", "a first adapter, with a configuration that serves it"),
            ("snakepit serve", "run the silo of the snakepit.json in this folder"),
            ("snakepit call count --json '{\"text\": \"one two\"}'", "call a tool of that silo"));
        NumberOptions.Read(root);
        Examples.Show(root);
        return root;
    }
}
