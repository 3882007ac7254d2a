namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>Adds numbers.</summary>
internal readonly struct NumberSum : IDeltaSum<double>
{
    public double Plus(double total, double delta) => total + delta;

    public bool IsFinite(double delta) => double.IsFinite(delta);

    public bool AreSame(double left, double right) => left.Equals(right);
}
