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
        NumberOptions.Read(root);
        Examples.Show(root);
        return root;
    }
}
