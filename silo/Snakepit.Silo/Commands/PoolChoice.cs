using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary>Of which workers a command speaks: those of one pool or of all, on one silo or on all.</summary>
internal sealed class PoolChoice
{
    private readonly Argument<string?> _pool = new("pool")
    {
        Description = "Only of this pool",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "POOL",
    };

    private readonly Option<string?> _silo = new("--silo") { Description = "Only on this silo", HelpName = "NAME" };

    /// <summary>Adds argument and option to a command.</summary>
    public PoolChoice(Command command)
    {
        command.Arguments.Add(_pool);
        command.Options.Add(_silo);
    }

    /// <summary>The path of a verb for what was chosen.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="verb">Last part of the path.</param>
    /// <param name="query">More of the query, as <c>name=value</c>; null for nothing.</param>
    public string Path(ParseResult result, string verb, string? query = null)
    {
        var path = result.GetValue(_pool) is { } pool ? $"v1/pools/{Uri.EscapeDataString(pool)}/{verb}" : $"v1/{verb}";
        var silo = result.GetValue(_silo) is { } name ? $"silo={Uri.EscapeDataString(name)}" : null;
        var parts = new[] { silo, query }.OfType<string>().ToArray();
        return parts.Length == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }
}
