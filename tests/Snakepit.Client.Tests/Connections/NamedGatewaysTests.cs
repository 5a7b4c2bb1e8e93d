using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Client.Connections;

namespace Snakepit.Client.Tests.Connections;

/// <summary>Gateways by name: resolved again with each read.</summary>
public sealed class NamedGatewaysTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, Func<Task<IPAddress[]>>> _names = [];

    [Fact]
    public async Task All_addresses_of_a_name_are_gateways_of_both_families()
    {
        Say("silos", "10.0.0.1", "10.0.0.2", "fd00::1");

        Assert.Equal(["10.0.0.1:30000", "10.0.0.2:30000", "[fd00::1]:30000"], await ReadAsync(Of("silos:30000")));
    }

    [Fact]
    public async Task A_name_is_resolved_again_with_each_read()
    {
        var gateways = Of("silos:30000");
        Say("silos", "10.0.0.1");
        await ReadAsync(gateways);
        Say("silos", "10.0.0.9");

        Assert.Equal(["10.0.0.9:30000"], await ReadAsync(gateways));
    }

    [Fact]
    public async Task An_address_needs_no_resolution() =>
        Assert.Equal(["127.0.0.1:1", "[::1]:2"], await ReadAsync(Of("127.0.0.1:1", "[::1]:2")));

    [Fact]
    public async Task A_name_that_fails_keeps_its_addresses_while_others_change()
    {
        var gateways = Of("a:1", "b:2");
        Say("a", "10.0.0.1");
        Say("b", "10.0.0.2");
        await ReadAsync(gateways);
        Fail("a");
        Say("b", "10.0.0.3");

        Assert.Equal(["10.0.0.1:1", "10.0.0.3:2"], await ReadAsync(gateways));
    }

    [Fact]
    public async Task When_no_name_was_ever_resolved_each_reason_is_named()
    {
        Fail("a");
        Say("b");

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(Of("a:1", "b:2")));

        Assert.StartsWith("a: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; b: the name has no address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolver_that_hangs_does_not_hold_up_the_others_for_longer_than_its_limit()
    {
        _names["a"] = () => new TaskCompletionSource<IPAddress[]>().Task;
        Say("b", "10.0.0.2");
        var read = ReadAsync(Of("a:1", "b:2"));

        _time.Advance(NamedGateways.Limit);

        Assert.Equal(["10.0.0.2:2"], await read);
    }

    private void Say(string name, params string[] addresses) =>
        _names[name] = () => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]);

    private void Fail(string name) => _names[name] = () => throw new SocketException((int)SocketError.HostNotFound);

    private NamedGateways Of(params string[] names) => new(
        [.. names.Select(name => GatewayName.TryParse(name)!.Value)], (host, _) => _names[host](), _time, NullLogger.Instance);

    private static async Task<string[]> ReadAsync(NamedGateways gateways) =>
        [.. (await gateways.ReadAsync().WithinAsync(Limit, "reading the gateways' names")).Select(gateway => gateway.ToString())];
}
