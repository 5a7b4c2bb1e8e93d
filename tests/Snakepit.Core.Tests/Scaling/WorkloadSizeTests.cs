using Snakepit.Core.Scaling;

namespace Snakepit.Core.Tests.Scaling;

/// <summary>The production guide's table of pool sizes.</summary>
public sealed class WorkloadSizeTests
{
    [Theory]
    [InlineData(Workload.Cpu, 8, 1, 2)]
    [InlineData(Workload.Mixed, 16, 2, 4)]
    [InlineData(Workload.Io, 32, 4, 8)]
    public void A_workload_has_the_lower_end_of_the_guides_range(Workload workload, int workers, int from, int to)
    {
        Assert.Equal(workers, WorkloadSize.Workers(workload, processors: 8));
        Assert.Equal((from, to), WorkloadSize.PerProcessor(workload));
    }

    [Fact]
    public void A_size_stays_in_the_range_of_the_option() => Assert.Equal(1000, WorkloadSize.Workers(Workload.Io, processors: 512));

    [Theory]
    [InlineData("cpu", Workload.Cpu)]
    [InlineData(" IO ", Workload.Io)]
    [InlineData("0", null)]
    [InlineData("gpu", null)]
    public void A_word_is_a_workload_or_none(string text, Workload? workload) => Assert.Equal(workload, WorkloadSize.Parse(text));
}
