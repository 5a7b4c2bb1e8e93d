using Microsoft.Extensions.Logging;

namespace Snakepit.AspNetCore.Auth;

/// <summary>Event ids 4018 and 4019.</summary>
internal static partial class AuthLog
{
    [LoggerMessage(4018, LogLevel.Information, "{Option} has changed and was read again: {Path}")]
    public static partial void ReadAgain(ILogger logger, string option, string path);

    [LoggerMessage(4019, LogLevel.Error, "{Option}: '{Path}' cannot be used, so what it had before still counts: {Reason}")]
    public static partial void Unusable(ILogger logger, string option, string path, string reason);
}
