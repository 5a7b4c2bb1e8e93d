namespace Snakepit.Hosting.Failures;

/// <summary>
/// The silo cannot start, for a reason that its operator can mend: a port is taken, a folder cannot be used, the database does not
/// answer. The message says what is wrong and which option to change.
/// </summary>
/// <param name="message">All that there is to say.</param>
/// <param name="innerException">What was caught; null when it could repeat a secret.</param>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
