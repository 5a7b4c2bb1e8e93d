using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Client.Security;

namespace Snakepit.Client.Tests.Security;

/// <summary>Two sides of a connection that prove to each other that they know a secret.</summary>
public sealed class HandshakeTests
{
    private const string Place = "127.0.0.1:30000";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task Two_sides_with_one_secret_agree() =>
        Assert.Equal((HandshakeEnd.Agreed, HandshakeEnd.Agreed), await MeetAsync(Terms(), Terms()));

    [Fact]
    public async Task Different_secrets_are_seen_on_both_sides() =>
        Assert.Equal((HandshakeEnd.OtherSecret, HandshakeEnd.OtherSecret), await MeetAsync(Terms(secret: "a"), Terms(secret: "b")));

    [Fact]
    public async Task A_client_at_the_port_for_silos_is_told_so() => Assert.Equal(
        (HandshakeEnd.OtherPort, HandshakeEnd.OtherPort), await MeetAsync(Terms(), Terms(port: ClusterPort.Silo)));

    [Fact]
    public async Task A_handshake_that_is_passed_on_to_a_silo_at_another_port_fails() => Assert.Equal(
        (HandshakeEnd.OtherSecret, HandshakeEnd.OtherSecret), await MeetAsync(Terms(), Terms(place: "127.0.0.1:30001")));

    [Fact]
    public async Task A_side_that_sends_back_what_it_got_proves_nothing()
    {
        var (near, far) = Pair();
        var dial = Handshake.DialAsync(near, Terms(), default);

        var greeting = (await far.Input.ReadAtLeastAsync(41)).Buffer;
        byte[] echo = [(byte)ClusterPort.Gateway, .. greeting.Slice(9).ToArray(), .. new byte[32]];
        await far.Output.WriteAsync(echo);

        Assert.Equal(HandshakeEnd.OtherSecret, await dial.WithinAsync(Limit, "a handshake with an echo"));
    }

    [Fact]
    public async Task Bytes_after_the_handshake_stay_in_the_pipe()
    {
        var (near, far) = Pair();
        await Task.WhenAll(Handshake.DialAsync(near, Terms(), default), Handshake.ListenAsync(far, Terms(), default))
            .WithinAsync(Limit, "a handshake");

        await near.Output.WriteAsync("first"u8.ToArray());
        var read = await far.Input.ReadAsync();

        Assert.Equal("first", Encoding.UTF8.GetString(read.Buffer));
    }

    [Fact]
    public async Task What_is_no_greeting_is_seen_at_its_first_bytes()
    {
        var (near, far) = Pair();

        await near.Output.WriteAsync(new byte[] { 74, 0, 0, 0, 1, 2, 3, 4 }); // as an Orleans client without the handshake begins

        Assert.Equal(HandshakeEnd.NotSpoken, await Handshake.ListenAsync(far, Terms(), default).WithinAsync(Limit, "a handshake"));
    }

    [Fact]
    public async Task A_side_that_leaves_is_seen()
    {
        var (near, far) = Pair();

        await far.Output.CompleteAsync();

        Assert.Equal(HandshakeEnd.NotSpoken, await Handshake.DialAsync(near, Terms(), default).WithinAsync(Limit, "a handshake"));
    }

    [Fact]
    public async Task A_silo_that_says_nothing_is_not_waited_for()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.secret");
        SecretFile.MakeUnlessThere(path);
        var clock = new FakeTimeProvider();
        var connections = new SecretConnections(
            new ConnectionProtection("Snakepit:Client") { SecretFile = path }, clock, NullLogger.Instance);
        var connection = new DefaultConnectionContext("x", Pair().Near, Pair().Near);

        var dial = connections.DialAsync(connection, _ => Task.CompletedTask, ClusterPort.Gateway);
        clock.Advance(SecretConnections.Limit);
        var error = await Assert.ThrowsAsync<RefusedConnectionException>(() => dial.WithinAsync(Limit, "a handshake with nobody"));

        File.Delete(path);
        Assert.Contains($"within 5 s to prove that it has the secret in '{path}'", error.Message, StringComparison.Ordinal);
    }

    private static HandshakeTerms Terms(string secret = "a", ClusterPort port = ClusterPort.Gateway, string place = Place) =>
        new(Encoding.UTF8.GetBytes(secret), port, place);

    private static async Task<(HandshakeEnd Dialer, HandshakeEnd Listener)> MeetAsync(HandshakeTerms dialer, HandshakeTerms listener)
    {
        var (near, far) = Pair();
        var (dial, listen) = (Handshake.DialAsync(near, dialer, default), Handshake.ListenAsync(far, listener, default));
        return (await dial.WithinAsync(Limit, "the dialer's side"), await listen.WithinAsync(Limit, "the listener's side"));
    }

    private static (IDuplexPipe Near, IDuplexPipe Far) Pair()
    {
        var (there, back) = (new Pipe(), new Pipe());
        return (new Ends(back.Reader, there.Writer), new Ends(there.Reader, back.Writer));
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
