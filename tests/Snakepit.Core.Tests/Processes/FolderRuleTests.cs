using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class FolderRuleTests
{
    private const uint Me = 1000;

    private static readonly FileFacts Private = new("/run/snakepit-1", FileKind.Folder, Me, Mode("700"));

    [Theory]
    [InlineData("700")]
    [InlineData("755")]
    [InlineData("2750")]
    public void A_folder_of_ours_that_nobody_else_writes_is_private(string mode) =>
        Assert.Null(FolderRule.PrivateFlaw(Private with { Mode = Mode(mode) }, Me));

    [Theory]
    [InlineData(FileKind.Link, "a symbolic link of user 1000")]
    [InlineData(FileKind.Socket, "a socket of user 1000")]
    [InlineData(FileKind.File, "a file of user 1000")]
    [InlineData(FileKind.Other, "a device or pipe of user 1000")]
    public void What_is_no_folder_is_named(FileKind kind, string what) =>
        Assert.Contains($"'/run/snakepit-1' is {what}", FolderRule.PrivateFlaw(Private with { Kind = kind }, Me), StringComparison.Ordinal);

    [Theory]
    [InlineData(0u)]
    [InlineData(1001u)]
    public void Another_owner_is_named(uint owner) =>
        Assert.Contains(
            $"belongs to user {owner}, this silo runs as user 1000",
            FolderRule.PrivateFlaw(Private with { Owner = owner }, Me),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("770")]
    [InlineData("702")]
    [InlineData("1777")]
    public void What_others_can_write_is_not_private(string mode) =>
        Assert.Contains($"its mode is {mode}", FolderRule.PrivateFlaw(Private with { Mode = Mode(mode) }, Me), StringComparison.Ordinal);

    [Theory]
    [InlineData("1777", 0u)]
    [InlineData("755", 0u)]
    [InlineData("2775", 0u)]
    [InlineData("700", 1000u)]
    public void A_folder_in_which_others_replace_nothing_of_ours_may_be_the_parent(string mode, uint owner) =>
        Assert.Null(FolderRule.ParentFlaw(new FileFacts("/tmp", FileKind.Folder, owner, Mode(mode)), Me));

    [Fact]
    public void A_folder_that_everybody_writes_may_not_be_the_parent_without_the_sticky_bit() =>
        Assert.Contains(
            "everybody may replace what is in '/tmp': its mode is 777",
            FolderRule.ParentFlaw(new FileFacts("/tmp", FileKind.Folder, 0, Mode("777")), Me),
            StringComparison.Ordinal);

    [Fact]
    public void A_folder_of_another_user_may_not_be_the_parent() =>
        Assert.Contains(
            "'/run/user/1001' belongs to user 1001, who may replace what is in it; this silo runs as user 1000",
            FolderRule.ParentFlaw(new FileFacts("/run/user/1001", FileKind.Folder, 1001, Mode("700")), Me),
            StringComparison.Ordinal);

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);
}
