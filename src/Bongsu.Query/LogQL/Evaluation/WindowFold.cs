namespace Bongsu.Query.LogQL.Evaluation;

internal enum RangeFold : byte
{
    Sum,
    Average,
    Min,
    Max,
    First,
    Last,
    Variance,
    Deviation,
}

/// <summary>What a range operation has made so far of the values in one window, in the order of their times.</summary>
internal struct WindowFold
{
    private double _value;
    private double _square;

    public long Count { get; private set; }

    public void Add(RangeFold operation, double value)
    {
        Count++;
        switch (operation)
        {
            case RangeFold.Sum:
                _value += value;
                break;
            case RangeFold.Average:
                _value += (value - _value) / Count;
                break;
            case RangeFold.Variance or RangeFold.Deviation:
                var delta = value - _value;
                _value += delta / Count;
                _square += delta * (value - _value);
                break;
            default:
                if (Count == 1 || Replaces(operation, value))
                    _value = value;
                break;
        }
    }

    public readonly double Result(RangeFold operation) => operation switch
    {
        RangeFold.Variance => _square / Count,
        RangeFold.Deviation => Math.Sqrt(_square / Count),
        _ => _value,
    };

    private readonly bool Replaces(RangeFold operation, double value) => operation switch
    {
        RangeFold.Min => double.IsNaN(_value) || value < _value,
        RangeFold.Max => double.IsNaN(_value) || value > _value,
        _ => operation == RangeFold.Last,
    };
}
