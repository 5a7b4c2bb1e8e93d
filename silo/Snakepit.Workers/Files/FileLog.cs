using Microsoft.Extensions.Logging;

namespace Snakepit.Workers.Files;

/// <summary>Event ids 3012 and 3013.</summary>
internal static partial class FileLog
{
    [LoggerMessage(3012, LogLevel.Warning, "The socket '{Socket}' cannot be removed: {Reason}. It goes when the silo stops")]
    public static partial void SocketNotRemoved(ILogger logger, string socket, string reason);

    [LoggerMessage(
        3013, LogLevel.Warning,
        "The runtime folder '{Folder}' was gone and has been made again. Something on this host removes it; exclude it there, or point "
        + "XDG_RUNTIME_DIR to a folder that nobody cleans up")]
    public static partial void RuntimeFolderRestored(ILogger logger, string folder);
}
