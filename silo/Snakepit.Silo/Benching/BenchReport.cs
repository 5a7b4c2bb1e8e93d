namespace Snakepit.Silo.Benching;

/// <summary>What was measured.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Pool">Its pool.</param>
/// <param name="Callers">Calls that were under way at a time.</param>
/// <param name="Seconds">From the first call that counts to the end of the last one.</param>
/// <param name="Succeeded">Calls with a result.</param>
/// <param name="CallsPerSecond">Of those.</param>
/// <param name="Failures">Calls without a result, by their code.</param>
/// <param name="Times">Of the calls with a result: of the whole, as the caller saw it, and of each part.</param>
internal sealed record BenchReport(
    string Tool, string Pool, int Callers, double Seconds, long Succeeded, double CallsPerSecond,
    IReadOnlyDictionary<string, long> Failures, IReadOnlyList<BenchTime> Times);

/// <summary>How long a part of the calls took.</summary>
internal sealed record BenchTime(string Part, double P50Ms, double P95Ms, double P99Ms, double MaxMs);
