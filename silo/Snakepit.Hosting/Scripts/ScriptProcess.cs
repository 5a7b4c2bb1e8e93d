using Snakepit.Core.Options;
using Snakepit.Core.Scripts;
using Snakepit.Workers.Processes;

namespace Snakepit.Hosting.Scripts;

/// <summary>Ends the process of a script as it was decided.</summary>
internal static class ScriptProcess
{
    /// <summary>Does not return when the script ends the process.</summary>
    /// <param name="end">What was decided.</param>
    /// <param name="failure">What the script has thrown; told here when there will be no caller to tell. Null for nothing, or for the
    /// end that a signal has asked for.</param>
    public static void Leave(ScriptEnd end, Exception? failure)
    {
        if (end.Exit == ScriptExitMode.None)
            return;
        if (failure is not null)
            Tell(failure.ToString());
        if (end.Exit == ScriptExitMode.Halt)
            ProcessEnd.Halt(end.Status);
        Environment.Exit(end.Status);
    }

    /// <summary>A standard error that is closed must not keep the process from its end.</summary>
    public static void Tell(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (IOException)
        {
        }
    }
}
