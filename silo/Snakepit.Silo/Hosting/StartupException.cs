namespace Snakepit.Silo.Hosting;

/// <summary>The silo cannot start, for a reason that is the operator's to mend. The message is all there is to say.</summary>
internal sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
