using Snakepit.Core.Options;

namespace Snakepit.Core.Timeouts;

/// <summary>What a profile stands for.</summary>
/// <param name="DefaultTimeout">Budget of a call.</param>
/// <param name="StreamTimeout">Budget of a stream.</param>
/// <param name="QueueTimeout">Longest wait for a worker.</param>
public readonly record struct ProfileValues(TimeSpan DefaultTimeout, TimeSpan StreamTimeout, TimeSpan QueueTimeout);

public static class TimeoutProfiles
{
    /// <summary>All profiles with their values.</summary>
    public static IReadOnlyDictionary<TimeoutProfile, ProfileValues> All { get; } = new Dictionary<TimeoutProfile, ProfileValues>
    {
        [TimeoutProfile.Balanced] = new(Minutes(5), Minutes(15), Seconds(10)),
        [TimeoutProfile.Production] = new(Minutes(5), Minutes(15), Seconds(10)),
        [TimeoutProfile.ProductionStrict] = new(Seconds(60), Minutes(5), Seconds(5)),
        [TimeoutProfile.Development] = new(Minutes(15), Minutes(60), Seconds(60)),
        [TimeoutProfile.MlInference] = new(Minutes(15), Minutes(60), Seconds(60)),
        [TimeoutProfile.Batch] = new(Minutes(60), Timeout.InfiniteTimeSpan, Minutes(5)),
    };

    /// <exception cref="ArgumentOutOfRangeException">No such profile.</exception>
    public static ProfileValues Values(this TimeoutProfile profile) =>
        All.TryGetValue(profile, out var values)
            ? values
            : throw new ArgumentOutOfRangeException(nameof(profile), profile, $"No such profile; there are {string.Join(", ", All.Keys)}.");

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
