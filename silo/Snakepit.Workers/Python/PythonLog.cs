using Microsoft.Extensions.Logging;

namespace Snakepit.Workers.Python;

/// <summary>Event id 3008.</summary>
internal static partial class PythonLog
{
    [LoggerMessage(3008, LogLevel.Information, "Python {Version} at {Executable}, started as {Path}")]
    public static partial void Interpreter(ILogger logger, string version, string executable, string path);
}
