using System.Net;
using Snakepit.AspNetCore.Headers;
using Snakepit.Silo.Benching;

namespace Snakepit.Silo.Commands;

/// <summary>Callers that call one tool of a silo, each the next time when its call has ended.</summary>
internal sealed class BenchRun(HttpClient http, BenchSpec spec, TimeProvider time)
{
    /// <summary>The first calls compile code and open connections, so they do not count.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private static readonly string[] Stages = [.. ToolAnswer.Stages.Select(stage => stage.Name)];

    private readonly string _path = CallCommand.Path(spec.Pool, spec.Tool);

    /// <exception cref="SiloRefusedException">The silo would refuse every call.</exception>
    public async Task<BenchReport> RunAsync(CancellationToken cancellationToken)
    {
        using (var first = await CallCommand.PostAsync(http, _path, spec.Arguments, cancellationToken))
        {
            if (IsFinal(first.StatusCode))
            {
                throw new SiloRefusedException(
                    CallCommand.Explain(await first.Content.ReadAsStringAsync(cancellationToken), (int)first.StatusCode));
            }
        }

        var start = time.GetTimestamp();
        var tally = new BenchTally(Stages);
        foreach (var each in await Task.WhenAll(Enumerable.Range(0, spec.Callers).Select(_ => CallAsync(start, cancellationToken))))
            tally.Take(each);
        return tally.Report(spec);
    }

    /// <summary>The call was wrong, or its caller; the next one would be too.</summary>
    private static bool IsFinal(HttpStatusCode status) =>
        status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);

    private async Task<BenchTally> CallAsync(long start, CancellationToken cancellationToken)
    {
        var tally = new BenchTally(Stages);
        while (true)
        {
            var began = time.GetTimestamp();
            var since = time.GetElapsedTime(start, began) - WarmUp;
            if (since >= spec.Time)
                return tally;
            using var response = await CallCommand.PostAsync(http, _path, spec.Arguments, cancellationToken);
            var took = time.GetElapsedTime(began);
            if (since + took < TimeSpan.Zero)
                continue; // what begins in the warm-up and ends behind it is work of the time that counts
            if (!response.IsSuccessStatusCode)
                tally.Fail(since + took, await ToolAnswer.CodeAsync(response, cancellationToken));
            else
                tally.Succeed(since + took, took, Told(response, SnakepitHeaders.TotalMilliseconds), Told(response));
        }
    }

    private static TimeSpan[] Told(HttpResponseMessage response) =>
        [.. ToolAnswer.Stages.Select(stage => Told(response, stage.Header))];

    private static TimeSpan Told(HttpResponseMessage response, string header) =>
        TimeSpan.FromMilliseconds(ToolAnswer.Milliseconds(response, header));
}
