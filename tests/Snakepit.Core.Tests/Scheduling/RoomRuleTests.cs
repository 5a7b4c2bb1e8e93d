using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class RoomRuleTests
{
    [Theory]
    [InlineData(3, new[] { 5, 0, 2 }, new[] { 3, 0, 0 })]
    [InlineData(4, new[] { 3, 3 }, new[] { 2, 2 })]
    [InlineData(100, new[] { 1, 2 }, new[] { 1, 2 })]
    [InlineData(2, new[] { 0, -4 }, new[] { 0, 0 })]
    [InlineData(2, new int[0], new int[0])]
    public void Waiting_calls_go_where_the_most_places_are_free_and_never_beyond_them(int waiting, int[] room, int[] expected) =>
        Assert.Equal(expected, RoomRule.Share(waiting, room));
}
