using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary>Of which workers a command speaks: those of one pool or of all, on one silo or on all.</summary>
internal sealed class PoolChoice
{
    private readonly Argument<string?> _pool = new("pool") { Arity = ArgumentArity.ZeroOrOne };

    private readonly bool _orWorker;

    private readonly Option<string?> _silo = new("--silo") { Description = "Only on this silo", HelpName = "NAME" };

    /// <summary>Adds argument and option to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="orWorker">The argument may also name one worker.</param>
    public PoolChoice(Command command, bool orWorker = false)
    {
        _orWorker = orWorker;
        (_pool.HelpName, _pool.Description) = orWorker
            ? ("POOL|WORKER", "Only of this pool, or only this worker, as 'snakepit status' shows it")
            : ("POOL", "Only of this pool");
        command.Arguments.Add(_pool);
        command.Options.Add(_silo);
    }

    /// <summary>The path of a verb for what was chosen.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="verb">Last part of the path.</param>
    /// <param name="query">More of the query, as <c>name=value</c>; null for nothing.</param>
    public string Path(ParseResult result, string verb, string? query = null)
    {
        var name = result.GetValue(_pool);
        var at = _orWorker && name is not null ? name.IndexOf('@', StringComparison.Ordinal) : -1;
        var worker = at > 0 ? $"worker={Uri.EscapeDataString(name!)}" : null; // no pool's name has this sign
        var path = name is null ? $"v1/{verb}" : $"v1/pools/{Uri.EscapeDataString(at > 0 ? name[..at] : name)}/{verb}";
        var silo = result.GetValue(_silo) is { } where ? $"silo={Uri.EscapeDataString(where)}" : null;
        var parts = new[] { worker, silo, query }.OfType<string>().ToArray();
        return parts.Length == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }
}
