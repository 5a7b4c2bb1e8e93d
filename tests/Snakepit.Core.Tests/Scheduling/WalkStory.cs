using System.Text;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>What has happened in a walk.</summary>
internal sealed class WalkStory(int seed)
{
    private readonly List<(string Fact, int Subject, TimeSpan Now)> _facts = [];

    public void Note(string fact, int subject, TimeSpan now) => _facts.Add((fact, subject, now));

    public override string ToString()
    {
        var story = new StringBuilder($"Seed {seed}, fact {_facts.Count}. The last ones:");
        foreach (var (fact, subject, now) in _facts.TakeLast(25))
            story.AppendLine().Append($"  {now:hh\\:mm\\:ss\\.fff} {fact} {subject}");
        return story.ToString();
    }
}

internal sealed class WalkFailedException(WalkStory story, Exception cause)
    : Exception($"{cause.Message}{Environment.NewLine}{story}", cause);
