using Snakepit.Core.Access;
using Snakepit.Launcher;
using Snakepit.TestKit;

namespace Snakepit.Cluster.Tests.Access;

/// <summary>Where a silo does not open its HTTP door. Such a silo ends before it starts anything.</summary>
public sealed class OpeningTests
{
    [Fact]
    public async Task An_address_of_the_network_is_refused_while_nothing_says_who_may_use_it()
    {
        var said = await RefusalAsync("http://0.0.0.0:{port}");

        Assert.Contains("The HTTP door does not open at http://0.0.0.0:", said, StringComparison.Ordinal);
        Assert.Contains("Snakepit:Http:AllowAnonymous=true", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_keys_that_cannot_be_used_is_one_sentence()
    {
        var said = await RefusalAsync(null, "Http:KeysFile=/nowhere/keys.json");

        Assert.Contains("KeysFile: '/nowhere/keys.json' cannot be used", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_the_network_opens_with_keys_and_warns_of_plain_http()
    {
        var port = FreePorts.Take();
        await using var silo = SiloUnderTest.Start(
            [SiloUnderTest.Pool(size: 1)],
            [$"Http:Keys:ops:Hash={KeyHash.Of("snakepit_of-this-test")}"],
            urls: $"http://0.0.0.0:{port};http://127.0.0.1:{{port}}");

        await silo.SeesAsync($"Keys come over the network unencrypted to the HTTP door at http://0.0.0.0:{port}");
        await silo.SeesAsync("listens on");
    }

    private static async Task<string> RefusalAsync(string? urls, params string[] settings)
    {
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], settings, urls: urls);

        Assert.Equal(2, await silo.ExitAsync());
        Assert.Single(silo.Output.Trim().Split('\n'));
        return silo.Output;
    }
}
