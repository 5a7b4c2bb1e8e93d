using Microsoft.AspNetCore.Connections;
using Snakepit.Client.Security;

namespace Snakepit.Client.Connections;

/// <summary>
/// Remembers why the protection of a connection has refused the latest attempt. Orleans may notice the end of the connection before it
/// hears the reason, and then says nothing about it. Thread-safe.
/// </summary>
internal sealed class RefusalWatch
{
    /// <summary>
    /// What Orleans says of an attempt in such a case, and when its latest try is less than its own pause ago (Connection and
    /// ConnectionManager, Orleans 10.4).
    /// </summary>
    private static readonly string[] SaysNothing = ["Underlying connection closed", "will retry after"];

    private volatile string? _refusal;
    private volatile string? _other;

    /// <summary>Why there is no connection; null while nothing is known.</summary>
    public string? Reason => _refusal ?? _other;

    /// <summary>Puts the watch in front of the protection.</summary>
    public void Watch(IConnectionBuilder builder) => builder.Use(next => async connection =>
    {
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        catch (RefusedConnectionException error)
        {
            _refusal = error.Message;
            throw;
        }
    });

    /// <summary>An attempt has failed. Returns whether the reason is another one than before.</summary>
    public bool Note(string said)
    {
        var before = Reason;
        if (!Array.Exists(SaysNothing, nothing => said.Contains(nothing, StringComparison.Ordinal)))
        {
            if (_refusal != said)
                _refusal = null; // what was refused before is not what is wrong now
            _other = said;
        }
        else
        {
            _other ??= said;
        }

        return Reason != before;
    }
}
