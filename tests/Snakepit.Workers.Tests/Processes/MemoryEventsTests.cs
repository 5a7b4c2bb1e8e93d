using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Processes;

public sealed class MemoryEventsTests
{
    [Theory]
    [InlineData("0::/system.slice/snakepit.service", "/sys/fs/cgroup/system.slice/snakepit.service/memory.events")]
    [InlineData("0::/", "/sys/fs/cgroup/memory.events")]
    [InlineData("4:memory:/docker/0123", "/sys/fs/cgroup/memory/docker/0123/memory.oom_control")]
    [InlineData("4:hugetlb,memory:/a:b", "/sys/fs/cgroup/memory/a:b/memory.oom_control")]
    public void The_count_is_in_the_groups_own_file(string line, string file) =>
        Assert.Equal([file], MemoryEvents.Candidates(["3:cpuset:/", line, "9:name=systemd:/"]));

    [Fact]
    public void Lines_that_say_nothing_are_passed_over() =>
        Assert.Empty(MemoryEvents.Candidates(["", "nonsense", "1:cpu,cpuacct:/memory"]));
}
