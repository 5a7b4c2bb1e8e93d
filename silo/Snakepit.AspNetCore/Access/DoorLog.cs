using Microsoft.Extensions.Logging;

namespace Snakepit.AspNetCore.Access;

/// <summary>Event ids 4007-4009, 4015-4017 and 4020.</summary>
internal static partial class DoorLog
{
    [LoggerMessage(
        4007, LogLevel.Warning,
        "THE HTTP DOOR IS OPEN TO OTHER MACHINES AT {Urls} AND HAS NO AUTHENTICATION: ALL WHO REACH IT CAN RUN EVERY TOOL "
        + "(SNAKEPIT:HTTP:ALLOWANONYMOUS). GIVE CALLERS KEYS, OR PUT A PROXY THAT AUTHENTICATES IN FRONT AND A FIREWALL AROUND IT.")]
    public static partial void OpenDoor(ILogger logger, string urls);

    [LoggerMessage(4008, LogLevel.Debug, "A {Method} was turned away at the door ({Code}): {Reason}")]
    public static partial void TurnedAway(ILogger logger, string method, string code, string reason);

    [LoggerMessage(
        4009, LogLevel.Debug,
        "A caller was told less than this (Snakepit:Http:ErrorDetail is {Detail}): [{Code}, {Outcome}] {Reason}\n{Traceback}")]
    public static partial void ToldLess(ILogger logger, string detail, string code, string outcome, string reason, string traceback);

    [LoggerMessage(
        4015, LogLevel.Information,
        "Every program of this machine may use the HTTP door at {Urls} without a key: it listens on loopback, and there are no "
        + "Snakepit:Http:Keys.")]
    public static partial void LocalDoor(ILogger logger, string urls);

    [LoggerMessage(
        4016, LogLevel.Warning,
        "Keys come over the network unencrypted to the HTTP door at {Urls}: put a proxy that ends TLS in front, and a firewall around it.")]
    public static partial void PlainKeys(ILogger logger, string urls);

    [LoggerMessage(4017, LogLevel.Error, "{Flaw}")]
    public static partial void LetsNobodyIn(ILogger logger, string flaw);

    [LoggerMessage(4020, LogLevel.Error, "{Method} {Path} failed in the silo itself. This is a bug of Snakepit; please report it")]
    public static partial void Failed(ILogger logger, string method, string path, Exception error);
}
