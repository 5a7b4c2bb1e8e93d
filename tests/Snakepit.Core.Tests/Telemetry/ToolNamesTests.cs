using Snakepit.Core.Telemetry;

namespace Snakepit.Core.Tests.Telemetry;

public sealed class ToolNamesTests
{
    private readonly ToolNames _names = new();

    [Fact]
    public void A_tool_has_its_own_name_once_it_is_known_to_exist()
    {
        Assert.Equal("other", _names.Of("add", exists: false));
        Assert.Equal("add", _names.Of("add", exists: true));
        Assert.Equal("add", _names.Of("add", exists: false));
    }

    [Fact]
    public void Names_that_callers_invent_take_no_place()
    {
        for (var i = 0; i < 10 * ToolNames.Most; i++)
            Assert.Equal("other", _names.Of($"invented{i}", exists: false));

        Assert.Equal("add", _names.Of("add", exists: true));
    }

    [Fact]
    public void Tools_beyond_the_limit_are_other_and_the_first_keep_their_names()
    {
        for (var i = 0; i < ToolNames.Most; i++)
            Assert.Equal($"tool{i}", _names.Of($"tool{i}", exists: true));

        Assert.Equal("other", _names.Of("one_more", exists: true));
        Assert.Equal("tool0", _names.Of("tool0", exists: true));
    }
}
