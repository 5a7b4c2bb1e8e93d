using System.CommandLine;

namespace Snakepit.Silo.Commands;

/// <summary>Of which worker a command speaks: <c>pool@silo#slot.generation</c>, as <c>snakepit status</c> shows it.</summary>
internal sealed class WorkerChoice
{
    private readonly Argument<string> _worker = new("WORKER")
    {
        Description = "pool@silo#slot.generation as 'snakepit status' shows it; without the generation the slot's latest worker",
    };

    /// <summary>Adds the argument to a command.</summary>
    public WorkerChoice(Command command)
    {
        command.Arguments.Add(_worker);
        _worker.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value.IndexOf('@', StringComparison.Ordinal) < 1)
                result.AddError($"'{token.Value}' is no worker; expected pool@silo#slot, as 'snakepit status' shows it.");
        });
    }

    /// <summary>The name, as it was written.</summary>
    public string Name(ParseResult result) => result.GetValue(_worker)!;

    /// <summary>The path of a verb of the worker's pool.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="verb">Last part of the path.</param>
    /// <param name="query">More of the query, as <c>name=value</c>.</param>
    public string Path(ParseResult result, string verb, string query)
    {
        var worker = Name(result);
        var pool = worker[..worker.IndexOf('@', StringComparison.Ordinal)];
        return $"v1/pools/{Uri.EscapeDataString(pool)}/{verb}?worker={Uri.EscapeDataString(worker)}&{query}";
    }
}
