using System.Diagnostics;

namespace Snakepit.TestKit;

/// <summary>Programs that a test writes and then runs.</summary>
public static class ShellScript
{
    /// <summary>
    /// Writes an executable file. Another process does it: a file that this one has open for writing is so for a moment in every process
    /// that other tests start meanwhile, and the system runs no file that is open for writing (ETXTBSY).
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="body">Its lines, without the first one.</param>
    /// <returns>The path.</returns>
    public static string Write(string path, string body)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "cat > \"$0\" && chmod 700 \"$0\"", path]) { RedirectStandardInput = true })!;
        shell.StandardInput.Write($"#!/bin/sh\n{body}\n");
        shell.StandardInput.Close();
        shell.WaitForExit();
        return shell.ExitCode == 0 ? path : throw new IOException($"The script {path} could not be written.");
    }
}
