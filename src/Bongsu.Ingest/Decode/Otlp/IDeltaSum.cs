namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>How points of one kind are added and compared.</summary>
internal interface IDeltaSum<T>
{
    T Plus(T total, T delta);

    bool IsFinite(T delta);

    bool AreSame(T left, T right);
}
