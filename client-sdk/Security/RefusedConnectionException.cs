namespace Snakepit.Client.Security;

/// <summary>
/// A connection of a cluster is not made, because one side has not shown that it belongs to it. The message says what to change.
/// </summary>
internal sealed class RefusedConnectionException(string message, Exception? innerException = null) : Exception(message, innerException);
