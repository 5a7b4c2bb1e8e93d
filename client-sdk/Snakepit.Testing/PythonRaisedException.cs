namespace Snakepit.Testing;

/// <summary>
/// Thrown by a tool of a test as a Python tool raises an exception: the caller gets <c>tool_raised</c> with this type, message and
/// traceback. Any other exception of a tool is told under its own .NET name.
/// </summary>
/// <param name="type">Name of the Python exception, module-qualified unless built in: <c>ValueError</c>.</param>
/// <param name="message">Its text.</param>
/// <param name="traceback">Its traceback; empty for none.</param>
public sealed class PythonRaisedException(string type, string message, string traceback = "") : Exception(message)
{
    /// <summary>Name of the Python exception.</summary>
    public string Type { get; } = type;

    /// <summary>Its traceback.</summary>
    public string Traceback { get; } = traceback;
}
