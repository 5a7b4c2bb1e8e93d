namespace Snakepit.Core.Scaling;

/// <summary>The highest demand of the last while. Kept in parts, so it remembers up to a tenth longer than it is asked to.</summary>
internal sealed class DemandHistory(TimeSpan length)
{
    private const int Parts = 10;

    private readonly TimeSpan _part = length / Parts;
    private readonly (double Peak, bool IsUsed)[] _parts = new (double, bool)[Parts + 1];
    private TimeSpan? _partEnds;
    private int _present;

    /// <summary>The highest demand.</summary>
    public double Peak => _parts.Max(static part => part.Peak);

    /// <summary>There was a call, however short.</summary>
    public bool IsUsed => Array.Exists(_parts, static part => part.IsUsed);

    public void Add(double demand, bool isUsed, TimeSpan now)
    {
        Forget(now);
        ref var present = ref _parts[_present];
        present = (Math.Max(present.Peak, demand), present.IsUsed || isUsed);
    }

    private void Forget(TimeSpan now)
    {
        _partEnds ??= now + _part;
        for (var passed = 0; now >= _partEnds; passed++)
        {
            if (passed == _parts.Length)
            {
                _partEnds = now + _part;
                return;
            }

            _present = (_present + 1) % _parts.Length;
            _parts[_present] = default;
            _partEnds += _part;
        }
    }
}
