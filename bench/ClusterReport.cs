using System.Globalization;
using System.Text;

namespace Snakepit.Bench;

/// <summary>What was measured with one, two and three silos.</summary>
/// <param name="Rates">Calls per second of one, two and three silos.</param>
/// <param name="Near">Median of a lone call to the own silo's pool, in µs.</param>
/// <param name="Other">The same to a pool that only another silo has.</param>
/// <param name="Plain">A silo is killed while calls run that must not run twice.</param>
/// <param name="Idempotent">The same with calls that may run twice.</param>
internal sealed record ClusterReport(
    IReadOnlyList<double> Rates, double Near, double Other, KilledSilo Plain, KilledSilo Idempotent)
{
    public const string Heading = "## Several silos";

    /// <summary>The page with this report in place of the one that it has, before the published runs.</summary>
    public string PutInto(string page)
    {
        var start = page.IndexOf(Heading, StringComparison.Ordinal);
        var rest = start < 0 ? page.IndexOf(PublishedRuns.Heading, StringComparison.Ordinal) : NextSection(page, start);
        if (rest < 0)
            rest = page.Length;
        var before = page[..(start < 0 ? rest : start)].TrimEnd();
        return $"{before}\n\n{ToMarkdown()}\n{page[rest..]}".TrimEnd() + "\n";
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine(Heading).AppendLine();
        text.AppendLine("Written by `./snakepit bench clusters --output docs/benchmark.md`: silos of 8 workers on one machine, a tool");
        text.AppendLine("that waits 20 ms, two callers for each worker in one client. The third silo is killed under this load, first");
        text.AppendLine("with calls that must not run twice, then with calls that are declared idempotent.").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Machine: {Report.Machine()}.").AppendLine();
        text.AppendLine("| Goal | Measured | |").AppendLine("|---|--:|---|");
        foreach (var (goal, measured, isReached) in Goals())
        {
            var verdict = isReached is { } reached ? Report.Verdict(reached) : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {goal} | {measured} | {verdict} |");
        }

        return text.ToString();
    }

    private IEnumerable<(string Goal, string Measured, bool? IsReached)> Goals()
    {
        var (two, three) = (Rates[1] / Rates[0], Rates[2] / Rates[0]);
        yield return (
            "two silos, to one: at least 1.95 times the calls", Text($"{Rates[0]:0} and {Rates[1]:0} calls/s, {two:0.00}"), two >= 1.95);
        yield return ("three silos, to one: at least 2.9 times", Text($"{Rates[2]:0} calls/s, {three:0.00}"), three >= 2.9);
        yield return (
            "a lone call over HTTP to a pool of another silo, beside one of the own",
            Text($"{Other:0} and {Near:0} µs, {Other / Near:0.00} times"),
            null);
        foreach (var (calls, kill, mayFail) in new[]
        {
            ("calls that must not run twice", Plain, true),
            ("idempotent calls", Idempotent, false),
        })
        {
            yield return (
                $"`kill -9` of one of three, {calls}: {(mayFail ? "errors" : "no error")}",
                Text($"{kill.Failed} of {kill.Callers} callers, the last after {kill.LastFailure.TotalSeconds:0.0} s"),
                mayFail ? null : kill.Failed == 0);
            yield return (
                "the same: the others have 90 % of their share within 1 s",
                Text($"from {kill.Recovered.TotalSeconds:0.00} s on"),
                kill.Recovered <= TimeSpan.FromSeconds(1));
        }
    }

    private static int NextSection(string page, int start) => page.IndexOf("\n## ", start, StringComparison.Ordinal) is >= 0 and var next
        ? next + 1
        : -1;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What callers saw of the death of one of three silos.</summary>
/// <param name="Before">Calls per second before it.</param>
/// <param name="Callers">How many called all the time.</param>
/// <param name="Failed">Calls that failed.</param>
/// <param name="LastFailure">The last of them, from the death on.</param>
/// <param name="Recovered">From when on the others had 90 % of their share.</param>
internal sealed record KilledSilo(double Before, int Callers, int Failed, TimeSpan LastFailure, TimeSpan Recovered);
