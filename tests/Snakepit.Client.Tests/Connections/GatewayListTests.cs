using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.Client.Connections;

namespace Snakepit.Client.Tests.Connections;

/// <summary>What the Orleans client gets to know of gateways.</summary>
public sealed class GatewayListTests : IGatewaySource
{
    private readonly GatewayList _list;
    private Func<IPEndPoint[]> _answer = () => [];

    public GatewayListTests() => _list = new GatewayList(this, NullLogger.Instance);

    [Fact]
    public async Task Gateways_change_as_their_source_says()
    {
        Say("10.0.0.1:30000", "[fd00::1]:30000");
        var first = await ReadAsync();
        Say("10.0.0.2:30000");

        Assert.Equal(["gwy.tcp://10.0.0.1:30000/0", "gwy.tcp://[fd00::1]:30000/0"], first);
        Assert.Equal(["gwy.tcp://10.0.0.2:30000/0"], await ReadAsync());
    }

    [Fact]
    public async Task The_last_good_answer_stays_when_the_source_fails()
    {
        Say("10.0.0.1:30000");
        await ReadAsync();
        _answer = () => throw new TimeoutException("the database is away");

        Assert.Equal(["gwy.tcp://10.0.0.1:30000/0"], await ReadAsync());
    }

    [Fact]
    public async Task The_last_good_answer_stays_when_there_is_none()
    {
        Say("10.0.0.1:30000");
        await ReadAsync();
        Say();

        Assert.Equal(["gwy.tcp://10.0.0.1:30000/0"], await ReadAsync());
    }

    [Fact]
    public async Task The_first_failure_is_told_because_there_is_no_earlier_answer()
    {
        _answer = () => throw new TimeoutException("the database is away");

        Assert.Equal("the database is away", (await Assert.ThrowsAsync<TimeoutException>(ReadAsync)).Message);
    }

    Task<IReadOnlyList<IPEndPoint>> IGatewaySource.ReadAsync() => Task.FromResult<IReadOnlyList<IPEndPoint>>(_answer());

    private async Task<string[]> ReadAsync() => [.. (await _list.GetGateways()).Select(gateway => gateway.ToString())];

    private void Say(params string[] gateways) => _answer = () => [.. gateways.Select(IPEndPoint.Parse)];
}
